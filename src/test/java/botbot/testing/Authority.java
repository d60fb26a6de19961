package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An authority that signs the certificates of tests' servers; all are PEM files in its home. */
public final class Authority implements AutoCloseable {

  private static final String PASSWORD = "changeit";
  private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");

  private final Path home = Homes.temporary("authority");
  private int issued;

  /** What a server or client shows, and the key to it. */
  public record Issued(Path certificate, Path key) {

    /** Puts another in the place of this one, as a renewal does. */
    public void replaceBy(Issued other) {
      try {
        Files.copy(other.key, key, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(other.certificate, certificate, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Makes one with a key of its own. */
  public Authority() {
    make("authority", "-ext", "bc:c", "-ext", "ku:c=keyCertSign", "-validity", "30");
  }

  /** Its certificate, as those who trust it are given it. */
  public Path certificate() {
    return home.resolve("authority.crt");
  }

  /** A certificate for these names, such as {@code dns:localhost}. */
  public Issued issue(String... names) {
    return issue(List.of("-validity", "7"), names);
  }

  /** The same, but expired. */
  public Issued issueExpired(String... names) {
    return issue(List.of("-startdate", "-9d", "-validity", "7"), names);
  }

  private Issued issue(List<String> validity, String... names) {
    String name = "issued-" + ++issued;
    List<String> options = new ArrayList<>(validity);
    options.addAll(List.of("-signer", "authority", "-ext", "san=" + String.join(",", names)));
    make(name, options.toArray(String[]::new));
    return new Issued(home.resolve(name + ".crt"), home.resolve(name + ".key"));
  }

  private void make(String name, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(KEYTOOL.toString(), "-genkeypair", "-keystore", store().toString()));
    command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12", "-alias", name));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-dname", "CN=" + name + " of " + home.getFileName()));
    command.addAll(Arrays.asList(options));
    try {
      Process keytool =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("keytool.log").toFile())
              .start();
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(Files.readString(home.resolve("keytool.log")));
      }
      write(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a certificate was made", e);
    }
  }

  private void write(String name) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(store().toFile(), PASSWORD.toCharArray());
    Files.writeString(
        home.resolve(name + ".crt"), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
    Path key = home.resolve(name + ".key");
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    // PostgreSQL takes no key that others may read
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  private static String pem(String type, byte[] content) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
  }

  private Path store() {
    return home.resolve("keys.p12");
  }

  @Override
  public void close() {
    Homes.deleteTemporary(home);
  }
}
