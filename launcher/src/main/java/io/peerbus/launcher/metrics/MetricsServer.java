package io.peerbus.launcher.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;

/**
 * Serves a node's figures at {@code http://127.0.0.1:<port>/metrics}, in the text form of Prometheus, and whether it is
 * well at {@code /health}, in JSON with the status 200 or 503. On the loopback address only: they tell what a node
 * does, and nobody is asked who they are.
 *
 * <p>Any method from the thread of the context that started it.
 */
public final class MetricsServer {

  /** Where it listens, always. */
  public static final String HOST = "127.0.0.1";

  private static final String PAGE_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  /** A list that does not come must not keep a page back for ever. */
  private static final DeliveryOptions QUICK = new DeliveryOptions().setSendTimeout(5_000);
  /** Whoever asks for the health wants to know soon; core itself gives its event loops a second. */
  private static final DeliveryOptions AT_ONCE = new DeliveryOptions().setSendTimeout(2_000);
  /** Who opens connections and is silent would have all descriptors. */
  private static final int IDLE_SECONDS = 30;

  private final Vertx vertx;
  private final String plugins;
  private final String stats;
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final PluginMeters meters;
  private final CoreFigures figures;
  private HttpServer server;

  private MetricsServer(Vertx vertx, String node) {
    this.vertx = vertx;
    this.plugins = "peerbus." + node + ".plugins";
    this.stats = "peerbus." + node + ".stats";
    this.meters = new PluginMeters(registry, node);
    this.figures = new CoreFigures(node);
    registry.getPrometheusRegistry().register(figures);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one
   * @return fails when the port cannot be had
   */
  public static Future<MetricsServer> start(Vertx vertx, String node, int port) {
    MetricsServer metrics = new MetricsServer(vertx, node);
    new JvmMemoryMetrics().bindTo(metrics.registry);
    new JvmThreadMetrics().bindTo(metrics.registry);
    new ClassLoaderMetrics().bindTo(metrics.registry);
    new ProcessorMetrics().bindTo(metrics.registry);
    new FileDescriptorMetrics().bindTo(metrics.registry);
    metrics.server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
        .requestHandler(metrics::onRequest);
    return metrics.server.listen(port, HOST).map(metrics);
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  public Future<Void> close() {
    registry.close();
    return server.close();
  }

  private void onRequest(HttpServerRequest request) {
    if (!isOurs(request.authority())) {
      request.response().setStatusCode(403).end("Ask for " + HOST + " or localhost.\n");
      return;
    }
    boolean asked = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    if (asked && request.path().equals("/metrics")) {
      onMetrics(request);
    } else if (asked && request.path().equals("/health")) {
      onHealth(request);
    } else {
      request.response().setStatusCode(404).end("There is GET /metrics and GET /health only.\n");
    }
  }

  private void onMetrics(HttpServerRequest request) {
    Future<JsonObject> core = askCore().otherwise(new JsonObject()); // what there is of it is better than nothing
    askPlugins(QUICK)
        .compose(list -> core.map(told -> page(list, told)))
        .onSuccess(page -> answer(request, PAGE_TYPE, Buffer.buffer(page)))
        .onFailure(error -> request.response().setStatusCode(503).end("The plugins cannot be asked: "
            + error.getMessage() + "\n"));
  }

  private void onHealth(HttpServerRequest request) {
    Future<JsonObject> core = askCore().otherwise((JsonObject) null);
    askPlugins(AT_ONCE).otherwise((JsonArray) null).compose(list -> core.map(told -> new Health(told, list)))
        .onSuccess(health -> {
          request.response().setStatusCode(health.isUp() ? 200 : 503);
          answer(request, "application/json", health.toJson().toBuffer().appendString("\n"));
        });
  }

  private Future<JsonObject> askCore() {
    return vertx.eventBus().<JsonObject>request(stats, new JsonObject(), AT_ONCE).map(reply -> reply.body());
  }

  private Future<JsonArray> askPlugins(DeliveryOptions patience) {
    return vertx.eventBus().<JsonObject>request(plugins, new JsonObject().put("op", "list"), patience)
        .map(reply -> reply.body().getJsonArray("plugins"));
  }

  private static void answer(HttpServerRequest request, String type, Buffer page) {
    HttpServerResponse response = request.response().putHeader("Content-Type", type)
        .putHeader("Content-Length", Integer.toString(page.length()));
    if (request.method() == HttpMethod.HEAD) {
      response.end();
    } else {
      response.end(page);
    }
  }

  /** A page of the web whose name is made to stand for this machine would read the figures in its visitor's browser. */
  private static boolean isOurs(HostAndPort authorityOrNull) {
    return authorityOrNull == null || authorityOrNull.host().equals(HOST) || authorityOrNull.host().equals("localhost");
  }

  private String page(JsonArray list, JsonObject told) {
    meters.update(list);
    figures.update(told);
    return registry.scrape();
  }
}
