package botbot.database;

import botbot.connection.PasswordFile;
import io.agroal.api.security.SimplePassword;
import java.util.Properties;

/** Gives each new connection the password that a file holds then. */
final class PostgresPassword extends SimplePassword {

  private static final long serialVersionUID = 1;

  private final transient PasswordFile file;

  PostgresPassword(PasswordFile file) {
    super("");
    this.file = file;
  }

  @Override
  public Properties asProperties() {
    Properties properties = new Properties();
    properties.setProperty("password", file.read());
    return properties;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
