// What a runtime can be asked to do.
import { cut } from "./cut.js";
import { live } from "./live.js";
import { meddled } from "./meddled.js";
import { withOldToken, withoutToken } from "./refused.js";

const ACTS = { cut, live, meddled, withOldToken, withoutToken };

export const act = ({ name, ...given }) => ACTS[name](given).catch(({ stack }) => ({ error: stack }));
