"""Whether workflow nets are sound, as pm4py has it.

    soundness.py < nets.json

Reads a list of nets, each {"places": n, "transitions": [[[in, …], [out, …]], …]}: place 0 is the source, place 1 the sink.
Writes a list of true and false in the same order.
"""

import contextlib
import json
import sys

from pm4py.algo.analysis.woflan import algorithm as woflan
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils import petri_utils


def is_sound(described):
    net = PetriNet("definition")
    places = [PetriNet.Place(f"p{number}") for number in range(described["places"])]
    net.places.update(places)
    for number, (takes, gives) in enumerate(described["transitions"]):
        transition = PetriNet.Transition(f"t{number}", f"t{number}")
        net.transitions.add(transition)
        for place in takes:
            petri_utils.add_arc_from_to(places[place], transition, net)
        for place in gives:
            petri_utils.add_arc_from_to(transition, places[place], net)
    options = {"return_asap_when_not_sound": True, "print_diagnostics": False, "return_diagnostics": False}
    return bool(woflan.apply(net, Marking({places[0]: 1}), Marking({places[1]: 1}), parameters=options))


nets = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    verdicts = [is_sound(net) for net in nets]
json.dump(verdicts, sys.stdout)
