package botbot.database;

import botbot.connection.PasswordFile;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.quarkus.agroal.runtime.JdbcDriver;
import io.quarkus.arc.Unremovable;
import io.quarkus.jdbc.postgresql.runtime.PostgreSQLAgroalConnectionConfigurer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/**
 * How the framework sets up connections to PostgreSQL, but for what ends one, and for a password
 * that is kept in a file.
 */
@Singleton
@Unremovable
@Alternative
@Priority(1)
@JdbcDriver("postgresql")
// sslfactory in the URL names it, for authorities that the JVM trusts
@RegisterForReflection(targets = DefaultJavaSSLFactory.class)
class PostgresConnections extends PostgreSQLAgroalConnectionConfigurer {

  private final PostgresSettings settings;

  PostgresConnections(PostgresSettings settings) {
    this.settings = settings;
  }

  @Override
  public void setExceptionSorter(
      String databaseKind, AgroalDataSourceConfigurationSupplier configuration) {
    AgroalConnectionPoolConfigurationSupplier pool = configuration.connectionPoolConfiguration();
    pool.exceptionSorter(new FatalFaults());
    settings
        .passwordFile()
        .map(PasswordFile::new)
        .map(PostgresPassword::new)
        .ifPresent(pool.connectionFactoryConfiguration()::credential);
  }
}
