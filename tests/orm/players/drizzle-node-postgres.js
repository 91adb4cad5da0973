import { sql } from "drizzle-orm";
import { db } from "../examples/drizzle/node-postgres.js";
import { orders } from "./drizzle-schema.js";

export { provider } from "../examples/drizzle/node-postgres.js";
export const query = async (text) => (await db.execute(sql.raw(text))).rows;
export const customers = () => db.select({ customer: orders.customer }).from(orders).orderBy(orders.id);
export const end = () => db.$client.end();
