package io.aetherkeep.router.docs.openapi;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Extension of the OpenAPI document by the keyspaces of a node's configuration. */
public final class OpenApiKeyspaces {

  private static final String ANY = "AnyKeyspace";

  /** Names of the parameters that list keyspaces, by the number of ids of an entry. */
  private static final List<String> BY_IDS =
      List.of("KeyspaceWithoutIds", "KeyspaceOfOneId", "KeyspaceOfTwoIds");

  private OpenApiKeyspaces() {}

  /** Returns the document extended by these keyspaces. */
  public static Buffer with(List<Keyspace<Document>> own, Buffer document) {
    if (own.isEmpty()) {
      return document;
    }
    JsonObject openApi = document.toJsonObject();
    JsonObject parameters = openApi.getJsonObject("components").getJsonObject("parameters");
    for (Keyspace<Document> keyspace : own) {
      add(parameters, ANY, keyspace.name());
      add(parameters, BY_IDS.get(keyspace.pattern().variables().size()), keyspace.name());
    }
    return openApi.toBuffer();
  }

  private static void add(JsonObject parameters, String parameter, String name) {
    JsonArray names =
        parameters.getJsonObject(parameter).getJsonObject("schema").getJsonArray("enum");
    if (!names.contains(name)) {
      names.add(name);
    }
  }
}
