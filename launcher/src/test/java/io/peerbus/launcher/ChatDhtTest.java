package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatDhtTest {

  private static final String NAMED = "/ip4/127.0.0.1/tcp/1";
  private static final String OTHER = "/ip4/127.0.0.1/tcp/2";

  private static JsonArray join(String plugins) throws Exception {
    return ChatDht.join(new JsonArray(plugins), List.of(Multiaddr.parse(NAMED)), new JsonArray().add(OTHER));
  }

  @Test
  void theDhtComesBeforeTheChatAsAClientThatBeginsWithAllPeers() throws Exception {
    assertEquals(new JsonArray("""
        [{"id": "gossipsub"},
         {"id": "kademlia", "settings": {"mode": "client", "bootstrap": ["/ip4/127.0.0.1/tcp/1",
          "/ip4/127.0.0.1/tcp/2"]}},
         {"id": "chat", "settings": {"topic": "t", "dht": "kademlia"}}]"""),
        join("[{\"id\": \"gossipsub\"}, {\"id\": \"chat\", \"settings\": {\"topic\": \"t\"}}]"));
  }

  @Test
  void whatTheConfigSaysOfItStays() throws Exception {
    assertEquals(new JsonArray("""
        [{"id": "chat", "settings": {"dht": "kademlia"}},
         {"id": "kademlia", "settings": {"mode": "server", "bootstrap": ["/ip4/127.0.0.1/tcp/1", "x"]}}]"""),
        join("[{\"id\": \"chat\"}, {\"id\": \"kademlia\", \"settings\": {\"mode\": \"server\","
            + " \"bootstrap\": [\"x\"]}}]"));
    String another = "[{\"id\": \"chat\", \"settings\": {\"dht\": \"another\"}}]";
    assertEquals(new JsonArray(another), join(another));
  }

  @Test
  void theDhtOfTheChatIsTheOneThatItsSettingsName() throws Exception {
    assertEquals(new JsonArray("""
        [{"id": "kademlia"},
         {"id": "room-dht", "plugin": "kademlia", "settings": {"bootstrap": ["/ip4/127.0.0.1/tcp/1"]}},
         {"id": "chat", "settings": {"dht": "room-dht"}}]"""),
        join("[{\"id\": \"kademlia\"}, {\"id\": \"room-dht\", \"plugin\": \"kademlia\"},"
            + " {\"id\": \"chat\", \"settings\": {\"dht\": \"room-dht\"}}]"));
  }
}
