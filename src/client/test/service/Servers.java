import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * PostgreSQL, Redis and the packaged service for the tests of the client. Says in one line where
 * they are, then obeys one command a line, and ends with its input.
 */
public final class Servers {
  private Servers() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch(arguments[0], postgres, redis)) {
      System.out.printf(
          "{\"url\": \"%s\", \"key\": \"%s\", \"redis\": \"%s\"}%n",
          service.api().uri(""), Backends.ADMIN_KEY, redis.url());
      for (String command = input.readLine(); command != null; command = input.readLine()) {
        obey(command, service, postgres, redis);
        System.out.println("done");
      }
      service.errors().forEach(System.err::println);
    }
  }

  private static void obey(
      String command, ServiceInstance service, PostgresServer postgres, RedisServer redis) {
    if (command.startsWith("sql ")) {
      postgres.query(command.substring("sql ".length()));
      return;
    }
    switch (command) {
      case "kill" -> service.kill();
      case "start" -> service.start().awaitReady();
      case "stop postgres" -> postgres.stop();
      case "start postgres" -> postgres.start();
      case "kill redis" -> redis.kill();
      case "start redis" -> redis.start();
      default -> throw new IllegalArgumentException(command);
    }
  }
}
