// Who gets in, what may go wrong, and whom the page shuts out. One process for all, as they share a browser and an
// emulator.
import "./cases/sign-in.js";
import "./cases/privacy.js";
import "./cases/problems.js";
import "./cases/hostile.js";
import "./cases/accessibility.js";
