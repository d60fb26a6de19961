package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The part of the wrapper script that finds a JDK. */
class MavenWrapperTest {
  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir Path machine;

  @Test
  void aJavaHomeThatIsNewEnoughIsTaken() throws Exception {
    Path home = jdk("home", "21.0.2");
    jdk("places/newer", "25");
    assertEquals(home.toString(), found(home, TOOLS).output());
  }

  @Test
  void aJavaHomeThatIsTooOldGivesWayToTheOneOnThePath() throws Exception {
    Path onPath = jdk("path", "25.0.3");
    assertEquals(
        onPath.toString(), found(jdk("home", "17.0.15"), onPath + "/bin:" + TOOLS).output());
  }

  @Test
  void aLinkOnThePathLeadsToItsJdk() throws Exception {
    Path jdk = jdk("path", "23");
    Path bin = Files.createDirectory(machine.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("javac"), Path.of("../path/bin/javac"));
    assertEquals(jdk.toString(), found(machine.resolve("nowhere"), bin + ":" + TOOLS).output());
  }

  @Test
  void theUsualPlacesAreSearchedLast() throws Exception {
    jdk("places/a-old", "17.0.1");
    Path jdk = jdk("places/b with a space", "22");
    Path old = jdk("old", "11.0.1");
    assertEquals(jdk.toString(), found(old, old + "/bin:" + TOOLS).output());
  }

  @Test
  void aJdkWithoutAReleaseFileIsAsked() throws Exception {
    Path jdk = jdk("home", "21");
    Files.delete(jdk.resolve("release"));
    executable(jdk.resolve("bin/java"), "echo '    java.specification.version = 24' >&2");
    assertEquals(jdk.toString(), found(jdk, TOOLS).output());
  }

  @Test
  void oneSentenceSaysWhatIsMissing() throws Exception {
    Path old = jdk("home", "17.0.1");
    Result result = found(old, old + "/bin:" + TOOLS);
    assertNotEquals(0, result.status());
    assertEquals(
        "This build needs a JDK of version 21 or newer, and there is none in JAVA_HOME, on the PATH"
            + " or in the usual places: install one, or set JAVA_HOME to it.",
        result.output());
  }

  private record Result(int status, String output) {}

  private Result found(Path javaHome, String path) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder("/bin/sh", "-euf", "-c", ". .mvn/find-jdk.sh; echo \"$JAVA_HOME\"");
    shell.environment().clear();
    shell
        .environment()
        .putAll(
            Map.of(
                "JAVA_HOME", javaHome + "",
                "PATH", path,
                "JDK_PLACES", machine.toRealPath() + "/places/*"));
    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes()).strip();
    return new Result(process.waitFor(), output);
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = machine.toRealPath().resolve(name);
    Files.createDirectories(home.resolve("bin"));
    executable(home.resolve("bin/java"), "");
    executable(home.resolve("bin/javac"), "");
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    file.toFile().setExecutable(true);
  }
}
