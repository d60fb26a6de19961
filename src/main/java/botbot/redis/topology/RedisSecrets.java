package botbot.redis.topology;

import botbot.connection.PasswordFile;
import io.quarkus.arc.Unremovable;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives each client of Redis, and so each connection, the password that its file holds then, and
 * has it verify the host name of a server unless that is switched off.
 */
@Singleton
@Unremovable
class RedisSecrets implements RedisOptionsCustomizer {

  private static final Pattern URL = Pattern.compile("(rediss?://)(?:([^@/?#:]*)[^@/?#]*@)?(.*)");

  private final RedisClients clients;
  private final Optional<PasswordFile> file;

  RedisSecrets(RedisClients clients, RedisSettings settings) {
    this.clients = clients;
    this.file = settings.passwordFile().map(PasswordFile::new);
  }

  @Override
  public void customize(String clientName, RedisOptions options) {
    verifyNames(options.getNetClientOptions());
    file.ifPresent(secret -> setPassword(secret.read(), options));
  }

  /** A named TLS configuration verifies no name unless it says so; the client's own keys do. */
  private void verifyNames(NetClientOptions net) {
    String algorithm = Objects.requireNonNullElse(net.getHostnameVerificationAlgorithm(), "");
    if (net.isTrustAll() || algorithm.equalsIgnoreCase("NONE")) {
      net.setHostnameVerificationAlgorithm("");
    } else if (algorithm.isEmpty() && clients.hasTlsConfiguration()) {
      net.setHostnameVerificationAlgorithm("HTTPS");
    }
  }

  private static void setPassword(String password, RedisOptions options) {
    // for what has no user and password in its URL: a socket of the machine
    options.setPassword(password);
    options.setEndpoints(
        options.getEndpoints().stream().map(url -> withPassword(url, password)).toList());
  }

  /** The user stays, a password that the URL has goes. */
  static String withPassword(String url, String password) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return url;
    }
    String user = parts.group(2) == null ? "" : parts.group(2);
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8);
    return parts.group(1) + user + ":" + encoded + "@" + parts.group(3);
  }
}
