import workerd from "workerd";
import { openWorkerd } from "./lanes.js";
import { tryDrivers } from "./stage.js";

const date = workerd.compatibilityDate;
tryDrivers(`workerd, ${date}`, ["pg", "postgres", "neon"], (given) => openWorkerd({ ...given, date }));
