package botbot.setting;

import botbot.access.ShortReads;
import botbot.change.ChangeKind;
import botbot.document.DocumentCalls;
import botbot.document.DocumentKind;
import botbot.document.Documents;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What kind of document a setting is, and the short way to it. */
final class SettingDocuments {

  private static final DocumentKind KIND =
      new DocumentKind(ChangeKind.SETTING, "/v1/settings/%s", "value");

  private SettingDocuments() {}

  @Produces
  @Singleton
  static DocumentCalls<Setting, SettingVersion> settings(Documents documents) {
    return documents.of(KIND, Setting::of, SettingVersion::of);
  }

  static void register(
      @Observes Router router, ShortReads reads, DocumentCalls<Setting, SettingVersion> settings) {
    reads.answer(router, "/v1/settings/:key", "key", settings::shown);
  }
}
