package botbot.setting;

import botbot.http.ValidName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** Body of a batch read: 1 to 100 keys. */
@RegisterForReflection
record SettingKeys(@NotNull @Size(min = 1, max = 100) List<@NotNull @ValidName String> keys) {}
