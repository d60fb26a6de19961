package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a JVM never shows: a native executable would not be built, or would answer 500. */
class NativeExecutableTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("botbot");

  /** Static fields are set when the executable is built. */
  @Test
  void nothingIsKeptInAStaticFieldThatMustBeMadeAtTheStart() {
    List<String> made =
        MAIN.stream()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .filter(
                field ->
                    field.getType().getAllInvolvedRawTypes().stream()
                        .anyMatch(NativeExecutableTest::mustBeMadeAtTheStart))
            .map(field -> field.getFullName())
            .toList();
    assertEquals(List.of(), made);
  }

  private static boolean mustBeMadeAtTheStart(JavaClass type) {
    return Stream.of(RandomGenerator.class, Thread.class, Executor.class, Buffer.class)
        .anyMatch(type::isAssignableTo);
  }

  /** The extension only finds those that the signature of a call names. */
  @Test
  void whatIsDescribedAsJsonIsKnownToReflection() {
    List<String> unknown =
        MAIN.stream()
            .filter(type -> type.isRecord() || type.isEnum())
            .filter(NativeExecutableTest::isDescribed)
            .filter(type -> !type.isAnnotatedWith(RegisterForReflection.class))
            .map(JavaClass::getName)
            .toList();
    assertEquals(List.of(), unknown);
  }

  private static boolean isDescribed(JavaClass type) {
    return Stream.concat(
            type.getAnnotations().stream(),
            type.getMembers().stream().flatMap(member -> member.getAnnotations().stream()))
        .map(annotation -> annotation.getRawType().getPackageName())
        .anyMatch(
            name ->
                name.startsWith("com.fasterxml.jackson")
                    || name.equals("org.eclipse.microprofile.openapi.annotations.media"));
  }
}
