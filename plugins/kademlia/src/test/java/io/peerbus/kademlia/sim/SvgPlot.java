package io.peerbus.kademlia.sim;

import java.awt.Color;
import java.awt.Dimension;
import java.io.StringWriter;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot as SVG: XChart draws it, Batik writes down what is drawn. Neither is in the plugin's jar. */
final class SvgPlot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;

  private final Results.Plot plot;

  SvgPlot(Results.Plot plot) {
    this.plot = plot;
  }

  private XYChart chart() {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(plot.title())
        .xAxisTitle(plot.xTitle()).yAxisTitle(plot.yTitle()).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendVisible(true);
    double lowest = plot.series().stream().flatMap(series -> series.y().stream()).mapToDouble(y -> y).min().orElse(0);
    chart.getStyler().setYAxisMin(Math.min(plot.least(), Math.floor(lowest)));
    for (Results.Series series : plot.series()) {
      if (!series.x().isEmpty()) {
        chart.addSeries(series.name(), series.x(), series.y()).setMarker(SeriesMarkers.CIRCLE);
      }
    }
    return chart;
  }

  @Override
  public String toString() {
    try {
      SVGGraphics2D graphics = new SVGGraphics2D(DocumentBuilderFactory.newInstance().newDocumentBuilder()
          .getDOMImplementation().createDocument(SVGGraphics2D.SVG_NAMESPACE_URI, "svg", null));
      graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
      chart().paint(graphics, WIDTH, HEIGHT);
      StringWriter text = new StringWriter();
      graphics.stream(text, true);
      return text.toString();
    } catch (ParserConfigurationException | SVGGraphics2DIOException e) {
      throw new IllegalStateException(e); // every Java platform has a parser, and a string takes everything
    }
  }
}
