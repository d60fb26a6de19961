package botbot.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {

  @TempDir private Path mounted;

  @Test
  void whatTheFileHoldsNowIsRead() throws IOException {
    Path file = Files.writeString(mounted.resolve("password"), "first\r\n\n");
    PasswordFile password = new PasswordFile(file);
    assertEquals("first", password.read());
    Files.writeString(file, " second ");
    assertEquals(" second ", password.read());
  }

  @Test
  void whileItIsAwayOrEmptyTheLastOneStays() throws IOException {
    Path file = Files.writeString(mounted.resolve("password"), "first");
    PasswordFile password = new PasswordFile(file);
    assertEquals("first", password.read());
    Files.writeString(file, "");
    assertEquals("first", password.read());
    Files.delete(file);
    assertEquals("first", password.read());
    Files.writeString(file, "second");
    assertEquals("second", password.read());
  }
}
