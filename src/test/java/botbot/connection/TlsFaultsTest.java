package botbot.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsFaultsTest {

  @ParameterizedTest
  @CsvSource({
    "PKIX path building failed: unable to find valid certification path, CA that is not trusted",
    "No subject alternative DNS name matching cache found., another host name",
    "No name matching cache found, another host name",
    "Received fatal alert: certificate_required, wants a certificate of this service",
    "Received fatal alert: protocol_version, no version or cipher",
    "not an SSL/TLS record: 2d455252, does not speak TLS",
    "something new, TLS with it fails"
  })
  void aFaultIsToldInWords(String text, String words) {
    String told = String.valueOf(TlsFaults.words(new SSLHandshakeException(text)));
    assertTrue(told.contains(words), told);
    assertTrue(TlsFaults.isOne(told), told);
  }

  @Test
  void theCauseSaysMoreThanTheErrorItself() {
    SSLHandshakeException fault = new SSLHandshakeException("PKIX path validation failed");
    fault.initCause(new CertificateExpiredException("NotAfter: Tue Nov 24 2026"));
    assertEquals("its certificate has expired", TlsFaults.words(fault));
  }

  @Test
  void anotherFaultIsNone() {
    assertNull(TlsFaults.words(new ConnectException("Connection refused: cache/10.0.0.1:6379")));
  }
}
