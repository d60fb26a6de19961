package botbot.redis.protocol;

import java.net.URI;

/** Where a server listens: a name or an address, and a port. */
public record Host(String name, int port) {

  private static final int DEFAULT_PORT = 6379;

  /** The host of a connection string. */
  public static Host of(URI address) {
    String name = address.getHost().replaceAll("[\\[\\]]", "");
    return new Host(name, address.getPort() < 0 ? DEFAULT_PORT : address.getPort());
  }

  /** The connection string of this host, with scheme, user and password of another. */
  public String like(URI other) {
    String user = other.getRawUserInfo() == null ? "" : other.getRawUserInfo() + "@";
    String literal = name.contains(":") ? "[" + name + "]" : name;
    return other.getScheme() + "://" + user + literal + ":" + port;
  }

  /** The same, with database and parameters of the other. */
  public String wholly(URI other) {
    String query = other.getRawQuery() == null ? "" : "?" + other.getRawQuery();
    return like(other) + other.getRawPath() + query;
  }
}
