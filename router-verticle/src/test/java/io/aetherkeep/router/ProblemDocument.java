package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.http.HttpResponse;

/** Problem document of an answer, checked against the contract. */
record ProblemDocument(int status, String code, String detail, boolean retry) {

  private static final PublishedContract CONTRACT = PublishedContract.read();
  private static final Validator SCHEMA =
      Validator.create(
          JsonSchema.of(CONTRACT.schema("Problem")),
          new JsonSchemaOptions().setBaseUri("app://aetherkeep").setDraft(Draft.DRAFT202012));

  static ProblemDocument in(HttpResponse<String> response) {
    String method = response.request().method();
    CONTRACT
        .operations(method, response.request().uri().getRawPath())
        .forEach(
            operation ->
                assertTrue(
                    operation.statuses().contains(response.statusCode()),
                    () -> operation + " answers an undocumented " + response.statusCode()));
    return of(
        response.statusCode(),
        response.headers().firstValue("content-type").orElse(""),
        response.headers().firstValue("x-request-id").orElse(""),
        response.headers().firstValue("cache-control").orElse(""),
        response.body());
  }

  static ProblemDocument in(RawAnswer answer) {
    return of(
        answer.status(),
        answer.headers().getOrDefault("content-type", ""),
        answer.headers().getOrDefault("x-request-id", ""),
        answer.headers().getOrDefault("cache-control", ""),
        answer.body());
  }

  private static ProblemDocument of(
      int status, String type, String requestId, String cacheControl, String body) {
    assertEquals("application/problem+json", type, () -> status + " " + body);
    assertEquals("no-store", cacheControl);
    JsonObject json = new JsonObject(body);
    OutputUnit result = SCHEMA.validate(json);
    assertTrue(result.getValid(), () -> body + " " + result.getErrors());
    assertEquals(status, json.getInteger("status"));
    assertEquals(requestId, json.getString("requestId"));
    String code = json.getString("code");
    assertEquals("urn:aetherkeep:problem:" + code, json.getString("type"));
    return new ProblemDocument(status, code, json.getString("detail"), json.getBoolean("retry"));
  }

  /** Asserts the status and the code. */
  ProblemDocument is(int expectedStatus, String expectedCode) {
    assertEquals(expectedStatus + " " + expectedCode, status + " " + code, detail);
    return this;
  }
}
