package botbot.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReaperTest {
  /** A test run in a JVM of its own: starts the servers, freezes one, says where, and stays. */
  public static final class Run {
    private Run() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
      Path postgres = Homes.temporary("postgres");
      PostgresServer.create(postgres, Ports.free()).start().freeze();
      Path redis = Homes.temporary("redis");
      RedisServer.create(redis, Ports.free()).start();
      System.out.println("at " + postgres + " " + redis);
      System.in.read();
    }
  }

  @Test
  void noServerAndNoFileOutlivesAJvmThatIsKilled() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process run =
        new ProcessBuilder(
                java.toString(), "-cp", System.getProperty("java.class.path"), Run.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Path> homes = homes(run.inputReader());
    List<ProcessHandle> servers = run.descendants().toList();
    assertTrue(servers.size() > 3, "servers and their children: " + servers);
    homes.forEach(home -> assertTrue(Files.exists(home)));

    run.destroyForcibly();

    Awaitility.await("the servers to end")
        .atMost(Duration.ofSeconds(30))
        .until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
    homes.forEach(home -> assertFalse(Files.exists(home)));
  }

  private static List<Path> homes(BufferedReader output) throws Exception {
    String line = output.readLine();
    while (line != null && !line.startsWith("at ")) {
      line = output.readLine();
    }
    String[] words = String.valueOf(line).split(" ");
    return List.of(Path.of(words[1]), Path.of(words[2]));
  }
}
