import { DataTypes, QueryTypes } from "sequelize";
import { db } from "../examples/sequelize/database.js";

const Order = db.define("Order", { customer: DataTypes.TEXT }, { tableName: "orders", timestamps: false });

export { provider } from "../examples/sequelize/database.js";
export const query = (text) => db.query(text, { type: QueryTypes.SELECT });
export const customers = () => Order.findAll({ attributes: ["customer"], order: ["id"], raw: true });
export const end = () => db.close();
