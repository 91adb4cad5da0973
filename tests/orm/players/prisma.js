import { db } from "../examples/prisma/database.js";

export { provider } from "../examples/prisma/database.js";
export const query = (text) => db.$queryRawUnsafe(text);
export const customers = () => db.order.findMany({ select: { customer: true }, orderBy: { id: "asc" } });
export const end = () => db.$disconnect();
