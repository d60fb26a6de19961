import { walk } from "./walk.mjs";

console.log(await walk(process.env.BOTBOT_URL, process.env.BOTBOT_KEY, process.env.RUNTIME));
