// The behaviour suite: each case is a name and a function of its context, and knows nothing of the runtime it is in.
import { access } from "./access.js";
import { clock } from "./clock.js";
import { deadlines } from "./deadlines.js";
import { discovery } from "./discovery.js";
import { faults } from "./faults.js";
import { federation } from "./federation.js";
import { freshness } from "./freshness.js";
import { login } from "./login.js";
import { lookups } from "./lookups.js";
import { oddAnswers } from "./odd-answers.js";
import { oddOptions } from "./odd-options.js";
import { roundTrips } from "./round-trips.js";
import { secrets } from "./secrets.js";
import { states } from "./states.js";
import { storms } from "./storms.js";

const chapters = { roundTrips, freshness, deadlines, faults, storms, clock, secrets, login, lookups, federation, discovery, access, oddOptions, oddAnswers, states };

/** `{name, run}`. */
export const cases = Object.values(chapters).flatMap((chapter) =>
  Object.entries(chapter).map(([name, run]) => ({ name, run })),
);

const repeated = cases.find(({ name }, at) => cases.findIndex((other) => other.name === name) !== at);
if (repeated) throw new Error(`two cases are called "${repeated.name}"`);
