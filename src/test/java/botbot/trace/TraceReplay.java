package botbot.trace;

import botbot.testing.Api;
import java.time.Duration;
import java.util.List;

/** Replays the trace against a running service from the command line. */
public final class TraceReplay {
  private TraceReplay() {}

  /** Arguments: the address of the service and the administrator's key. */
  public static void main(String[] arguments) {
    String run = "run-" + Long.toString(System.currentTimeMillis(), 36);
    Api api = Api.at(arguments[0], arguments[1]);
    Replay replay = new Replay(run, api);
    List<TracedRequest> requests = Trace.requests();
    long begin = System.nanoTime();
    replay.send(requests);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    boolean same = FinalState.found(run, api).equals(FinalState.expected(run));
    System.out.printf(
        "%d requests in %.1f s, answers by status %s%n",
        requests.size(), took.toMillis() / 1000.0, replay.statuses());
    System.out.printf(
        "The final state is %s.%nLook at one of the users: /v1/sessions?userId=%s-ada%n",
        same ? "as expected" : "NOT as expected", run);
  }
}
