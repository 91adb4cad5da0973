import { sql } from "drizzle-orm";
import { db } from "../examples/drizzle/postgres-js.js";
import { orders } from "./drizzle-schema.js";

export { provider } from "../examples/drizzle/postgres-js.js";
export const query = async (text) => [...(await db.execute(sql.raw(text)))];
export const customers = () => db.select({ customer: orders.customer }).from(orders).orderBy(orders.id);
// Without a limit it can wait for ever for a connection that was cut.
export const end = () => db.$client.end({ timeout: 1 });
