package io.peerbus.launcher.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {

  private static Request parse(String line) throws Refusal {
    return Request.parse(Buffer.buffer(line.replace('\'', '"')));
  }

  private static Refusal refused(String line) {
    return assertThrows(Refusal.class, () -> parse(line));
  }

  @Test
  void theThreeKindsAreUnderstood() throws Exception {
    assertEquals(new Request.Ask(7, "plugins", new JsonObject().put("op", "list"), 5),
        parse("{'id':7,'address':'plugins','body':{'op':'list'},'timeoutMillis':5}"));
    assertEquals(new Request.Ask(-1, "a.b", new JsonObject(), Request.DEFAULT_TIMEOUT),
        parse("{'id':-1,'address':'a.b','later':true}"));
    assertEquals(new Request.Subscribe(8, "plugins.events"), parse("{'id':8,'subscribe':'plugins.events'}"));
    assertEquals(new Request.Unsubscribe(9_000_000_000L), parse("{'id':9000000000,'unsubscribe':true}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "null", "[]", "7", "{", "{'id':1,'address':'plugins'} {", "{'id':1}}", "\u0000"})
  void whatIsNoObjectIsRefused(String line) {
    Refusal refusal = refused(line);
    assertEquals("BAD_REQUEST", refusal.reason().failure().name());
    assertTrue(refusal.getMessage().startsWith(line.equals("{'id':1}}") ? "the line" : "the line is no JSON object"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'address':'plugins'}                                    | BAD_REQUEST | id: must be",
      "{'id':'1','address':'plugins'}                           | BAD_REQUEST | id: must be",
      "{'id':1.5,'address':'plugins'}                           | BAD_REQUEST | id: must be",
      "{'id':99999999999999999999,'address':'plugins'}          | BAD_REQUEST | id: must be",
      "{'id':1}                                                 | BAD_REQUEST | one of",
      "{'id':1,'address':'plugins','subscribe':'events'}        | BAD_REQUEST | one of",
      "{'id':1,'unsubscribe':false}                             | BAD_REQUEST | unsubscribe: must be true",
      "{'id':1,'address':7}                                     | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':null}                                  | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':''}                                    | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':'a..b'}                                | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':'.control'}                            | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':'a b'}                                 | BAD_REQUEST | address: must be a text",
      "{'id':1,'address':'plugins','body':[]}                   | BAD_REQUEST | body: must be",
      "{'id':1,'address':'plugins','timeoutMillis':0}           | BAD_REQUEST | timeoutMillis: must be",
      "{'id':1,'address':'plugins','timeoutMillis':600001}      | BAD_REQUEST | timeoutMillis: must be",
      "{'id':1,'address':'plugins','timeoutMillis':'5'}         | BAD_REQUEST | timeoutMillis: must be",
      "{'id':1,'address':'control'}                             | FORBIDDEN | \"control\" is not reachable",
      "{'id':1,'address':'control.x'}                           | FORBIDDEN | \"control.x\" is not reachable",
      "{'id':1,'address':'data.0'}                              | FORBIDDEN | \"data.0\" is not reachable",
      "{'id':1,'address':'inbox.1'}                             | FORBIDDEN | \"inbox.1\" is not reachable",
      "{'id':1,'address':'events'}                              | FORBIDDEN | \"events\" is published to",
      "{'id':1,'address':'plugins.events'}                      | FORBIDDEN | \"plugins.events\" is published to",
      "{'id':1,'subscribe':'plugins'}                           | FORBIDDEN | \"plugins\" cannot be subscribed to",
      "{'id':1,'subscribe':'inbox.events'}                      | FORBIDDEN | \"inbox.events\" is not reachable",
      "{'id':1,'subscribe':'control'}                           | FORBIDDEN | \"control\" is not reachable",
  })
  void whatIsWrongIsNamed(String line, String code, String message) {
    Refusal refusal = refused(line);
    assertEquals(code, refusal.reason().failure().name());
    assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    assertEquals(message.startsWith("id:") ? null : Long.valueOf(1), refusal.id());
  }

  @Property(tries = 500)
  void whateverComesIsUnderstoodOrRefused(@ForAll String line) {
    try {
      Request.parse(Buffer.buffer(line));
    } catch (Refusal e) {
      assertTrue(e.getMessage().length() > 0);
    }
  }
}
