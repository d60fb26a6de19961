// A Teams bot of the Microsoft 365 Agents SDK that remembers each conversation.
import { ActivityHandler, ConversationState, type TurnContext } from "@microsoft/agents-hosting";
import { botbotStorage } from "@botbot/state/agents";

const storage = botbotStorage({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
});

export class Bot extends ActivityHandler {
  readonly #state = new ConversationState(storage);
  readonly #talk = this.#state.createProperty<{ turns: string[]; last: string }>("talk");

  constructor() {
    super();
    this.onMessage(async (context, next) => {
      const talk = await this.#talk.get(context, { turns: [], last: "" });
      const { id = "", text = "" } = context.activity;
      if (talk.last !== id) {
        talk.last = id; // Teams sends again what was not acknowledged
        talk.turns.push(text);
      }
      context.turnState.set("answer", `That was message number ${talk.turns.length}.`);
      await next();
    });
  }

  override async run(context: TurnContext): Promise<void> {
    await super.run(context);
    await this.#state.saveChanges(context);
    // answers what is stored, so that what fails and comes again is answered once
    const answer = context.turnState.get<string>("answer");
    await (answer && context.sendActivity(answer));
  }
}
