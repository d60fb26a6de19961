package botbot.ratelimit.batch;

import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Match;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Verdict;
import botbot.redis.Script;
import botbot.space.Space;
import botbot.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A Redis of its own on which batches run at a time that the test sets. */
public final class ScriptedRedis implements AutoCloseable {

  static final long EVER = Long.MAX_VALUE / 2;

  private static final int MOST_UNDER_WAY = 20_000;

  private static final Script SCRIPT = Script.named("rate_check");

  private final RedisServer server = RedisServer.launch();
  private final Vertx vertx = Vertx.vertx();
  private final RedisConnection redis =
      Redis.createClient(
              vertx,
              new RedisOptions()
                  .setConnectionString(server.url())
                  .setMaxWaitingHandlers(MOST_UNDER_WAY))
          .connect()
          .toCompletionStage()
          .toCompletableFuture()
          .join();

  public ScriptedRedis() {
    server.command("SCRIPT", "LOAD", SCRIPT.source());
  }

  public RedisServer server() {
    return server;
  }

  public static BatchEntry check(String subject, long cost, Rule... rules) {
    Check check = new Check(Space.DEFAULT.key(subject), Check.NONE, Check.NONE, cost);
    return BatchEntry.check(check, new Match(List.of(rules)));
  }

  /** What the rules say to each entry. */
  public List<List<Verdict>> ask(long now, BatchEntry... entries) {
    RateBatch batch = new RateBatch(List.of(entries));
    return batch.reply(run(batch, EVER, now).join()).verdicts();
  }

  /** Runs a batch, unless {@code now}, 0 for the server's own time, is past {@code latest}. */
  CompletableFuture<Response> run(RateBatch batch, long latest, long now) {
    List<String> keys = batch.keys();
    Request request = Request.cmd(Command.EVALSHA).arg(SCRIPT.sha1()).arg(keys.size());
    keys.forEach(request::arg);
    request.arg(batch.argument(latest, now));
    return redis.send(request).toCompletionStage().toCompletableFuture();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    server.close();
  }
}
