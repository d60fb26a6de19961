package botbot.redis.protocol;

/**
 * A command that Redis answers with an error, so that it does not do its part.
 *
 * @param command its name, or that of the script
 * @param reason the first word of the error, such as {@code NOPERM}
 * @param message what Redis said
 */
public record Refusal(String command, String reason, String message) {

  private static final int LONGEST = 200;

  static Refusal of(String command, RedisErrorReply reply) {
    String said = String.valueOf(reply.getMessage()).strip();
    return new Refusal(
        command, reply.kind(), said.length() > LONGEST ? said.substring(0, LONGEST) : said);
  }

  /** One sentence. */
  public String text() {
    return "Redis refuses " + command + ": " + message;
  }
}
