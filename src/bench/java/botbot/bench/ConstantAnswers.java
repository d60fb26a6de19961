package botbot.bench;

import java.nio.file.Path;

/** The service with one endpoint more, whose answer is constant: {@code src/bench/constant}. */
final class ConstantAnswers {

  private ConstantAnswers() {}

  /** Builds it, beside the service that is shipped, and answers with its jar. */
  static Path build() {
    Tool.output("./mvnw", "-q", "-B", "package", "-Pconstant", "-Dmaven.test.skip");
    return Path.of("target/constant/quarkus-app/quarkus-run.jar").toAbsolutePath();
  }
}
