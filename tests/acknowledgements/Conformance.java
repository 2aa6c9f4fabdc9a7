import static org.verapdf.pdfa.validation.profiles.Profiles.errorFromValues;
import static org.verapdf.pdfa.validation.profiles.Profiles.profileDetailsFromValues;
import static org.verapdf.pdfa.validation.profiles.Profiles.profileFromValues;
import static org.verapdf.pdfa.validation.profiles.Profiles.ruleFromValues;
import static org.verapdf.pdfa.validation.profiles.Profiles.ruleIdFromValues;
import static org.verapdf.pdfa.validation.profiles.Profiles.variableFromValues;

import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Holds PDFs against veraPDF's own rules: java -cp JAR Conformance.java FILE...
 *
 * <p>The wheel that carries veraPDF leaves out what reads its profiles, so they are read here.
 */
public final class Conformance {
    public static void main(String[] files) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : List.of("PDFA-3A", "PDFUA-1")) {
            ValidationProfile profile = profile(name);
            for (String file : files) {
                judge(file, name, profile);
            }
        }
    }

    private static void judge(String file, String name, ValidationProfile profile) throws Exception {
        PDFAFlavour flavour = profile.getPDFAFlavour();
        try (FileInputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            Set<String> failed = new HashSet<>();
            for (TestAssertion each : validator.validate(parser).getTestAssertions()) {
                if (each.getStatus() == TestAssertion.Status.FAILED) {
                    RuleId rule = each.getRuleId();
                    failed.add(rule.getClause() + "-" + rule.getTestNumber() + " " + each.getMessage());
                }
            }
            int rules = profile.getRules().size();
            System.out.println(file + " " + name + " " + rules + " rules, failed: " + failed);
        }
    }

    private static ValidationProfile profile(String name) throws Exception {
        String path = "org/verapdf/pdfa/validation/" + name + ".xml";
        Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(ClassLoader.getSystemResourceAsStream(path)).getDocumentElement();
        Set<Rule> rules = new HashSet<>();
        for (Element each : all(root, "rule")) {
            rules.add(rule(each));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element each : all(root, "variable")) {
            variables.add(variableFromValues(each.getAttribute("name"), each.getAttribute("object"),
                    text(each, "defaultValue"), text(each, "value")));
        }
        PDFAFlavour flavour = PDFAFlavour.valueOf(root.getAttribute("flavour"));
        return profileFromValues(flavour, profileDetailsFromValues(name, "", "", new Date()), "", rules, variables);
    }

    private static Rule rule(Element rule) {
        Element id = all(rule, "id").get(0);
        PDFAFlavour.Specification of = PDFAFlavour.Specification.valueOf(id.getAttribute("specification"));
        RuleId named = ruleIdFromValues(of, id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        boolean deferred = Boolean.parseBoolean(rule.getAttribute("deferred"));
        return ruleFromValues(named, rule.getAttribute("object"), deferred, rule.getAttribute("tags"),
                text(rule, "description"), text(rule, "test"), errorFromValues(text(rule, "message"), List.of()), List.of());
    }

    private static String text(Element parent, String name) {
        return all(parent, name).get(0).getTextContent().trim();
    }

    private static List<Element> all(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int at = 0; at < found.getLength(); at++) {
            elements.add((Element) found.item(at));
        }
        return elements;
    }
}
