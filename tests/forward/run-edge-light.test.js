// Vercel's Edge runtime, which has fetch, Request and Response of its own.
import { bundleForEdge, startEdge } from "../suite/harness/edge-light.js";
import { playCases } from "./harness/cases.js";
import { serve } from "./harness/serve.js";

playCases("in Vercel's Edge runtime", "edge-light", async ({ folder }, settings) => {
  const vm = await startEdge(folder, await bundleForEdge(folder, "runtime/edge.js"), ["lakebase_credentials", "lakebase_credentials_forward"]);
  const handle = vm.evaluate("start")(settings);

  return serve(async (request) => {
    const answer = await handle(enter(vm.context, request));
    return new Response(answer.body && (await answer.arrayBuffer()), { status: answer.status, headers: [...answer.headers] });
  });
});

/** The request as one of the runtime's own. */
function enter({ Request, ReadableStream, AbortController, Uint8Array: Bytes }, request) {
  const end = new AbortController();
  request.signal.addEventListener("abort", () => end.abort());
  const { method, url, body } = request;
  const init = { method, headers: [...request.headers], signal: end.signal };
  if (body) {
    const reader = body.getReader();
    init.duplex = "half";
    init.body = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(new Bytes(value));
      },
    });
  }
  return new Request(url, init);
}
