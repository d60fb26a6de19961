package botbot.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One line of the trace. In all of it {@code {run}} stands for the name of the replay, so that a
 * trace can be replayed again on the same data.
 *
 * @param n number of the line, from 1
 * @param atMs when it was sent, since the beginning
 * @param as who calls: {@code admin}, or the bot whose key an earlier line made
 * @param user on whose behalf, if on anybody's
 * @param keyOf the bot for which the answer holds a key, if it does
 * @param ifMatch an entity tag, or {@code last} for the last one seen at this path
 * @param ifNoneMatch likewise
 * @param await whether to ask until the answer is as expected, as for what expires
 * @param absent a text that the answer does not hold
 * @param status the expected one, or a list of those possible
 */
record TracedRequest(
    int n,
    long atMs,
    String as,
    @Nullable String user,
    @Nullable String keyOf,
    String method,
    String path,
    @Nullable JsonNode body,
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    boolean await,
    @Nullable String absent,
    @JsonProperty("status") JsonNode expected) {

  boolean expects(int status) {
    return statuses().anyMatch(s -> s == status);
  }

  boolean isRateCheck() {
    return path.startsWith("/v1/rate-checks");
  }

  private IntStream statuses() {
    return expected.isArray()
        ? StreamSupport.stream(expected.spliterator(), false).mapToInt(JsonNode::asInt)
        : IntStream.of(expected.asInt());
  }
}
