package botbot.database;

import botbot.connection.PasswordFile;
import io.quarkus.arc.Unremovable;
import io.quarkus.credentials.CredentialsProvider;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/** Gives each new connection the password that its file holds then, where one is named. */
@Singleton
@Unremovable
@Named(PostgresPassword.NAME)
class PostgresPassword implements CredentialsProvider {

  /** As {@code quarkus.datasource.credentials-provider-name} has it. */
  static final String NAME = "postgres-password";

  private final Optional<PasswordFile> file;

  PostgresPassword(PostgresSettings settings) {
    this.file = settings.passwordFile().map(PasswordFile::new);
  }

  /** Nothing without a file: then the password is the one of the configuration. */
  @Override
  public Map<String, String> getCredentials(String datasource) {
    return file.map(secret -> Map.of(PASSWORD_PROPERTY_NAME, secret.read())).orElse(Map.of());
  }
}
