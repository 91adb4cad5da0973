// What a runtime can be asked to do.
import { live } from "./live.js";
import { withOldToken, withoutToken } from "./refused.js";

const ACTS = { live, withOldToken, withoutToken };

export const act = ({ name, ...given }) => ACTS[name](given).catch(({ stack }) => ({ error: stack }));
