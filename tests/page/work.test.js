// What people do on the page. One process for all, as they share a browser and an emulator; a case by itself:
// `node --test tests/page/cases/token.js`.
import "./cases/files.js";
import "./cases/databases.js";
import "./cases/endpoints.js";
import "./cases/token.js";
import "./cases/copy.js";
import "./cases/code.js";
import "./cases/native-role.js";
import "./cases/demo.js";
import "./cases/deploy.js";
