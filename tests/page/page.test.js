// One process for all, as they share a browser and an emulator. By itself: `node --test tests/page/cases/token.js`.
import "./cases/files.js";
import "./cases/databases.js";
import "./cases/endpoints.js";
import "./cases/sign-in.js";
import "./cases/token.js";
import "./cases/copy.js";
import "./cases/code.js";
import "./cases/problems.js";
import "./cases/hostile.js";
import "./cases/privacy.js";
import "./cases/native-role.js";
import "./cases/demo.js";
import "./cases/deploy.js";
import "./cases/accessibility.js";
