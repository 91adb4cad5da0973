import { db, Order } from "../examples/typeorm/database.js";

let ready;
const initialized = () =>
  (ready ??= db.initialize().catch((error) => {
    ready = undefined;
    throw error;
  }));

export { provider } from "../examples/typeorm/database.js";
export const query = async (text) => (await initialized()).query(text);
export const customers = async () => (await initialized()).getRepository(Order).find({ select: { customer: true }, order: { id: "ASC" } });
export const end = () => db.destroy();
