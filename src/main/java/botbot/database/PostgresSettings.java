package botbot.database;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** How PostgreSQL is connected to, beside {@code quarkus.datasource.*}. */
@ConfigMapping(prefix = "botbot.postgres")
interface PostgresSettings {

  /** The file with the password, which is read for each new connection. */
  Optional<Path> passwordFile();
}
