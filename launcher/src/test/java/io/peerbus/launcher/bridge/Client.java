package io.peerbus.launcher.bridge;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A foreign plugin's side of a connection, one step at a time. Frames that nobody waits for are passed over. */
final class Client implements AutoCloseable {

  static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;
  private int requests;
  private JsonObject welcome;

  Client(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
  }

  /** One that has shown the token. */
  static Client known(int port, String token) throws IOException {
    Client client = new Client(port);
    client.welcome = client.request("bridge", new JsonObject().put("token", token)).getJsonObject("body");
    return client;
  }

  /** One that listens at its inbox and is attached. */
  static Client attached(int port, String token, String plugin) throws IOException {
    Client client = known(port, token);
    client.listen();
    client.control(new JsonObject().put("op", "attach").put("plugin", plugin).put("api", 1));
    return client;
  }

  String address(String name) {
    return welcome.getString(name);
  }

  void listen() throws IOException {
    send(new JsonObject().put("type", "register").put("address", address("inbox")));
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void length(int length) throws IOException {
    out.writeInt(length);
    out.flush();
  }

  void text(String json) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  void send(JsonObject frame) throws IOException {
    text(frame.encode());
  }

  /** A frame of a stream. */
  void frame(String kind, long stream, JsonObject fields) throws IOException {
    send(new JsonObject().put("type", "send").put("address", address("data"))
        .put("body", new JsonObject().put("kind", kind).put("stream", stream).mergeIn(fields)));
  }

  void data(long stream, byte[] payload) throws IOException {
    frame("data", stream, new JsonObject().put("payload", payload));
  }

  void grant(String kind, long stream, long value) throws IOException {
    frame(kind, stream, new JsonObject().put("value", value));
  }

  /** The next frame; {@code null} at the end of the connection. */
  JsonObject next() throws IOException {
    try {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  /** The next frame for the inbox of this kind. */
  JsonObject await(String kind) throws IOException {
    for (JsonObject frame = next(); frame != null; frame = next()) {
      if (frame.getValue("body") instanceof JsonObject body && kind.equals(body.getValue("kind"))) {
        return body;
      }
      if ("err".equals(frame.getValue("type"))) {
        throw new AssertionError(frame.encode());
      }
    }
    throw new AssertionError("the connection ended before " + kind);
  }

  JsonObject request(String address, JsonObject body) throws IOException {
    String reply = "r" + ++requests;
    send(new JsonObject().put("type", "send").put("address", address).put("replyAddress", reply).put("body", body));
    for (JsonObject frame = next(); frame != null; frame = next()) {
      if (reply.equals(frame.getValue("address"))) {
        return frame;
      }
      if ("err".equals(frame.getValue("type"))) {
        return frame;
      }
    }
    throw new AssertionError("the connection ended before the answer to " + body);
  }

  /** What came of an op: the answer. */
  JsonObject control(JsonObject body) throws IOException {
    JsonObject frame = request(address("control"), body);
    if (!"message".equals(frame.getString("type"))) {
      throw new AssertionError(frame.encode());
    }
    return frame.getJsonObject("body");
  }

  /** What came of an op: the failure, as code and words. */
  String failure(JsonObject body) throws IOException {
    JsonObject frame = request(address("control"), body);
    if (!"err".equals(frame.getString("type"))) {
      throw new AssertionError(frame.encode());
    }
    return frame.getInteger("failureCode") + " " + frame.getString("message");
  }

  void register(String... protocols) throws IOException {
    control(new JsonObject().put("op", "register").put("protocols", new JsonArray(List.of(protocols))));
  }

  /** The words of the last frame before the connection ends; {@code null} when it ends without any. */
  String lastWords() throws IOException {
    String words = null;
    for (JsonObject frame = next(); frame != null; frame = next()) {
      words = frame.getString("message", words);
    }
    return words;
  }

  static byte[] payload(JsonObject frame) {
    return Base64.getUrlDecoder().decode(frame.getString("payload"));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** As a process that is killed. */
  void kill() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
