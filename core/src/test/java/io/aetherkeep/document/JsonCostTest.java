package io.aetherkeep.document;

import static io.aetherkeep.testing.Allocations.requireLinear;

import io.aetherkeep.bus.RecordJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cost of each operation is linear in a document's bytes, even if its names have equal hash
 * codes.
 */
class JsonCostTest {

  private static final int MEMBERS = 2_500;

  /** Kinds of names; some kinds have equal hash codes. */
  enum Names {
    PLAIN {
      @Override
      String name(int number) {
        return "field-%06d-with-a-usual-name".formatted(number);
      }
    },
    ESCAPED {
      @Override
      String name(int number) {
        return "\\u0066ield-%06d-\\n-with-escapes".formatted(number);
      }
    },
    EQUAL_HASHES {
      @Override
      String name(int number) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 14; bit++) {
          name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
      }
    },
    ONE {
      @Override
      String name(int number) {
        return "the-same-name-each-time-is-legal";
      }
    };

    abstract String name(int number);

    Document object(int members, String value) {
      return Document.of(
          IntStream.range(0, members)
              .mapToObj(number -> "\"" + name(number) + "\": " + value)
              .collect(Collectors.joining(", ", "{", "}")));
    }

    IntFunction<Runnable> with(Consumer<Document> work) {
      return members -> {
        Document object = object(members, "\"value\"");
        return () -> work.accept(Document.stored(object.bytes()));
      };
    }
  }

  record Holder(@Nullable Document data) {}

  @ParameterizedTest
  @EnumSource
  void received_isLinear(Names names) {
    requireLinear(MEMBERS, names.with(document -> Document.received(document.bytes())));
  }

  @ParameterizedTest
  @EnumSource
  void members_areLinear(Names names) {
    requireLinear(MEMBERS, names.with(Members::of));
  }

  @ParameterizedTest
  @EnumSource
  void everyValueAndText_isLinear(Names names) {
    requireLinear(
        MEMBERS,
        names.with(
            document -> {
              Members members = Members.of(document);
              for (String name : members.names()) {
                Objects.requireNonNull(members.value(name)).bytes();
                Objects.requireNonNull(members.text(name));
              }
              members.versionWithout("none");
            }));
  }

  @ParameterizedTest
  @EnumSource
  void patched_isLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          Document target = names.object(size, "{\"a\": 1}");
          Document patch = names.object(size, "{\"b\":[2], \"a\":null}");
          return () -> Members.of(target).patched(Members.of(patch)).document().version();
        });
  }

  @ParameterizedTest
  @EnumSource
  void patchedWithNewMembers_isLinear(Names names) {
    requireLinear(
        MEMBERS,
        names.with(
            patch -> Members.of(Document.of("{\"x\": 1, \"y\": 2}")).patched(Members.of(patch))));
  }

  @ParameterizedTest
  @EnumSource
  void changes_areLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          Document before = names.object(size, "[1, {\"a\": \"b\"}]");
          Document after = names.object(size, "[1, {\"a\": \"b\"}, 2]");
          return () -> JsonDiff.between(before, after);
        });
  }

  @ParameterizedTest
  @EnumSource
  void records_areLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          byte[] json =
              ("{\"data\":" + names.object(size, "\"é\"") + "}").getBytes(StandardCharsets.UTF_8);
          return () -> RecordJson.write(RecordJson.read(json, Holder.class));
        });
  }

  @ParameterizedTest
  @EnumSource
  void elements_areLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          Document array =
              Document.array(IntStream.range(0, size).mapToObj(i -> names.object(3, "1")).toList());
          return () -> {
            List<Document> elements = array.elements();
            Document.array(elements).mostMembers();
          };
        });
  }

  /** A name before many values must not be copied for each of them. */
  @ParameterizedTest
  @EnumSource
  void changesBelowALongName_areLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          String name = names.name(1).repeat(size / 10);
          String before = "1,".repeat(size);
          Document one = Document.of("{\"" + name + "\":[" + before + "1]}");
          Document other = Document.of("{\"" + name + "\":[" + before.replace('1', '2') + "2]}");
          return () -> JsonDiff.between(one, other);
        });
  }

  @ParameterizedTest
  @EnumSource
  void patchesInEachOther_areLinear(Names names) {
    requireLinear(
        MEMBERS,
        size -> {
          String inner = names.object(size, "1").toString();
          Document deep = Document.of("{\"a\":".repeat(20) + inner + "}".repeat(20));
          return () -> Members.merged(deep, deep);
        });
  }

  @ParameterizedTest
  @EnumSource
  void object_isLinear(Names names) {
    requireLinear(
        MEMBERS,
        names.with(
            document -> {
              Members members = Members.of(document);
              Document.object(
                      members.names().stream()
                          .collect(
                              Collectors.toMap(
                                  name -> name,
                                  name -> Document.ofText(String.valueOf(members.text(name))))))
                  .bytes();
            }));
  }
}
