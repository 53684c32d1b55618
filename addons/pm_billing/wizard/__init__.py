from . import pm_bill_run_preview
from . import pm_invoice_deliver, pm_payment_take, pm_receipt_cancel
from . import pm_dunning_deliver
from . import pm_bank_batch_answer, pm_month_report_print
