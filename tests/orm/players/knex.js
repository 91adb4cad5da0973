import { db } from "../examples/knex/database.js";

export { provider } from "../examples/knex/database.js";
export const query = async (text) => (await db.raw(text)).rows;
export const customers = () => db("orders").select("customer").orderBy("id");
export const end = () => db.destroy();
