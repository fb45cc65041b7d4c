package io.peerbus.host;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** An option that is a list of multiaddrs, as JSON. */
final class AddressOption {

  private AddressOption() {}

  static JsonArray texts(List<Multiaddr> addresses) {
    JsonArray texts = new JsonArray();
    addresses.forEach(address -> texts.add(address.toString()));
    return texts;
  }

  /** Empty when it is absent; throws {@link IllegalArgumentException} that names the option and what is wrong. */
  static List<Multiaddr> read(JsonObject json, String option) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (Object text : json.getJsonArray(option, new JsonArray())) {
      try {
        addresses.add(Multiaddr.parse(String.valueOf(text)));
      } catch (FormatException e) {
        throw new IllegalArgumentException(option + ": \"" + text + "\": " + e.getMessage());
      }
    }
    return addresses;
  }
}
