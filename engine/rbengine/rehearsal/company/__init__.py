"""The simulated company: small stateful models of each vendor behind their HTTP routes, in process.

How a vendor behaves stands here; what a company's own program does stands in its `app` playbook, which the
host wires in through `Company.on_event` and `Company.on_invoke`. Import names from the modules below.
"""
