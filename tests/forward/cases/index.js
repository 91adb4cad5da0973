import { bodies } from "./bodies.js";
import { handOut } from "./hand-out.js";
import { pages } from "./pages.js";
import { refusals } from "./refusals.js";
import { workspace } from "./workspace.js";

export const cases = { ...refusals, ...pages, ...bodies, ...workspace, ...handOut };
