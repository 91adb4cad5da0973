// Runs the job in workerd. The provider is shared by all requests of the isolate, as in a real edge function.
import { createJob } from "./job.js";

let job;

export default {
  async fetch(request, env) {
    job ??= createJob({ host: env.HOST, clientId: env.CLIENT_ID, clientSecret: env.CLIENT_SECRET, port: Number(env.PORT) });
    try {
      const { pathname } = new URL(request.url);
      const oldToken = pathname === "/second" ? await job.loginWithFirstToken() : undefined;
      return Response.json({ result: { oldToken, ...(await job.ask()) } });
    } catch ({ message, code, hint }) {
      return Response.json({ error: { message, code, hint } }, { status: 500 });
    }
  },
};
