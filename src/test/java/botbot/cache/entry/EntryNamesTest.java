package botbot.cache.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.space.Deployment;
import botbot.space.Space;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EntryNamesTest {

  private static final Space SHOP = new Space("shop");

  @Test
  void whatIsWrittenOfAnEpochIsReadAgainWhateverTheInstallationAndTheSpace() {
    for (String identity : List.of("", "x")) {
      for (Space space : List.of(Space.DEFAULT, SHOP)) {
        Deployment deployment = new Deployment(identity);
        EntryNames names = EntryNames.of(deployment, 17, "tests", space.key("id"));
        for (String written :
            List.of(names.entry(), names.lease(), names.payload(), names.upload("token"))) {
          assertEquals(OptionalLong.of(17), EntryNames.since(deployment, space, written), written);
        }
      }
    }
  }

  @Test
  void noEpochIsReadFromOtherKeys() {
    Deployment deployment = new Deployment("x");
    for (String other :
        List.of(
            deployment.ratePrefix(SHOP) + "17:p:{id}",
            deployment.cachePrefix(SHOP, "cache") + "seventeen:tests:{id}",
            deployment.cachePrefix(SHOP, "cache") + "17",
            deployment.cachePrefix(SHOP, "cache") + "1234567890123456789:tests:{id}",
            deployment.cachePrefix(Space.DEFAULT, "cache") + "17:tests:{id}",
            "botbot:mark")) {
      assertEquals(OptionalLong.empty(), EntryNames.since(deployment, SHOP, other), other);
    }
  }
}
