// Functions as a project deploys them, in the program that runs them: `deno run --allow-net functions.ts PORT`.
const kept = new Map<string, unknown>();

const functions: Record<string, (request: Request) => Promise<Response> | Response> = {
  sync: async (request) => Response.json({ done: true, given: await request.json(), who: request.headers.get("apikey") }),
  once: async (request) => {
    const key = request.headers.get("idempotency-key") ?? "";
    if (!kept.has(key)) kept.set(key, { number: kept.size + 1, given: await request.json() });
    return Response.json(kept.get(key), { status: 201 });
  },
  says: () => new Response("sent to “42” people"),
  nothing: () => new Response(null, { status: 204 }),
  streams: () => {
    const parts = ['{"a": [1', ", 2.5", ', "é"]}'];
    const body = new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  },
  page: () => new Response("<html>Sign in</html>", { headers: { "content-type": "text/html" } }),
  taken: () => Response.json({ error: "it is running already" }, { status: 409 }),
  throws: () => {
    throw new Error("canary-of-a-function");
  },
  sleeps: () => new Promise<Response>(() => {}),
};

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0]) }, (request) => {
  const name = new URL(request.url).pathname.replace("/functions/v1/", "");
  return functions[name]?.(request) ?? new Response("Not Found", { status: 404 });
});
