package botbot.setting;

import botbot.change.ChangeKind;
import botbot.document.DocumentCalls;
import botbot.document.DocumentKind;
import botbot.document.Documents;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What kind of document a setting is. */
final class SettingDocuments {

  private static final DocumentKind KIND =
      new DocumentKind(ChangeKind.SETTING, "/v1/settings/:key", "key", "value");

  private SettingDocuments() {}

  @Produces
  @Singleton
  static DocumentCalls<Setting, SettingVersion> settings(Documents documents) {
    return documents.of(KIND, Setting::of, SettingVersion::of);
  }
}
