package io.peerbus.interop;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** A foreign peer that was started with {@code --dht}. */
final class ForeignDhtNode implements DhtNode {

  private static final int PROVIDERS = 1;

  private final ForeignPeer peer;

  private ForeignDhtNode(ForeignPeer peer) {
    this.peer = peer;
  }

  static ForeignDhtNode start(Path executable, String name, String listen) {
    return new ForeignDhtNode(ForeignPeer.start(executable, name, List.of("--listen", listen, "--dht", "server")));
  }

  @Override
  public String kind() {
    return peer.implementation();
  }

  @Override
  public String version() {
    return peer.version();
  }

  @Override
  public String id() {
    return peer.id().toString();
  }

  @Override
  public byte[] idBytes() {
    return peer.id().toBytes();
  }

  @Override
  public String address() {
    return peer.address().withPeerId(peer.id()).toString();
  }

  @Override
  public void join(List<String> addresses) {
    peer.call("dht-join", new JsonObject().put("addrs", new JsonArray(addresses)));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    peer.call("dht-put", key(key).put("value", base64(value)));
  }

  @Override
  public byte[] get(byte[] key) {
    return Base64.getDecoder().decode(peer.call("dht-get", key(key)).getString("value"));
  }

  @Override
  public void provide(byte[] key) {
    peer.call("dht-provide", key(key));
  }

  @Override
  public List<String> findProviders(byte[] key) {
    return texts(peer.call("dht-find-providers", key(key).put("count", PROVIDERS)).getJsonArray("peers"));
  }

  @Override
  public List<String> findPeer(String id) {
    return texts(peer.call("dht-find-peer", new JsonObject().put("peer", id)).getJsonArray("addrs"));
  }

  @Override
  public List<String> closest(byte[] key) {
    List<String> peers = texts(peer.call("dht-closest", key(key)).getJsonArray("peers"));
    return peers.stream().filter(each -> !each.equals(id())).toList();
  }

  @Override
  public List<String> table() {
    return texts(peer.call("dht-table", new JsonObject()).getJsonArray("peers"));
  }

  @Override
  public void close() {
    peer.close();
  }

  private static JsonObject key(byte[] key) {
    return new JsonObject().put("key", base64(key));
  }

  /** Not that of Vert.x, which is for URLs and unpadded. */
  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static List<String> texts(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }
}
