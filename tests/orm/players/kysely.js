import { CompiledQuery } from "kysely";
import { db } from "../examples/kysely/database.js";

export { provider } from "../examples/kysely/database.js";
export const query = async (text) => (await db.executeQuery(CompiledQuery.raw(text))).rows;
export const customers = () => db.selectFrom("orders").select("customer").orderBy("id").execute();
export const end = () => db.destroy();
