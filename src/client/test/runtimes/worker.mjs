import { walk } from "./walk.mjs";

export default {
  async fetch(request, env) {
    return new Response(await walk(env.BOTBOT_URL, env.BOTBOT_KEY, "workerd"));
  },
};
